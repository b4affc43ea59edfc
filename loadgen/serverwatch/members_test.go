package serverwatch

import "testing"

// A process that was seen belongs for good.
func TestMembersStay(t *testing.T) {
	all := []process{
		{id: id{1, 0}}, {id: id{50, 5}, parent: 1, group: 50, session: 50}, // init, the generator
		{id: id{10, 1}, parent: 1, group: 10, session: 10},
		{id: id{11, 2}, parent: 10, group: 11, session: 11},
		{id: id{12, 2}, parent: 11, group: 11, session: 11},
	}
	m := found(all, 10, 50)
	got := m.pick(all)
	if len(got) != 3 {
		t.Fatalf("%v", got)
	}
	all = []process{
		{id: id{1, 0}}, {id: id{50, 5}, parent: 1, group: 50, session: 50},
		{id: id{12, 2}, parent: 1, group: 11, session: 11},  // lost its parents
		{id: id{13, 3}, parent: 12, group: 13, session: 11}, // its child
		{id: id{11, 9}, parent: 1, group: 60, session: 60},  // another one with the number of a former member
	}
	got = m.pick(all)
	if len(got) != 2 || got[0].pid != 12 || got[1].pid != 13 {
		t.Fatalf("%v", got)
	}
	// All have ended: the group's number is somebody else's now.
	if got := m.pick([]process{{id: id{77, 9}, parent: 1, group: 10, session: 10}}); len(got) != 0 {
		t.Fatalf("%v", got)
	}
}

// An ancestor of the load generator may be named, such as what started a whole
// container: the load generator and what only it leads to are not its.
func TestAncestor(t *testing.T) {
	all := []process{
		{id: id{1, 0}, group: 1, session: 1},
		{id: id{10, 1}, parent: 1, group: 10, session: 10},
		{id: id{50, 5}, parent: 1, group: 1, session: 1}, // the load generator
		{id: id{51, 6}, parent: 50, group: 1, session: 1},
		{id: id{52, 6}, parent: 51, group: 52, session: 1},
	}
	m := found(all, 1, 50)
	if got := m.pick(all); len(got) != 2 || got[0].pid != 1 || got[1].pid != 10 {
		t.Errorf("%v", got)
	}
}

// A process that is its own ancestor, as one read while numbers were used again
// may seem, does not hang the watch.
func TestCircle(t *testing.T) {
	all := []process{
		{id: id{10, 1}, parent: 1},
		{id: id{20, 2}, parent: 21}, {id: id{21, 2}, parent: 20}, {id: id{22, 2}, parent: 22},
	}
	if got := found(all, 10, 50).pick(all); len(got) != 1 {
		t.Errorf("%v", got)
	}
	if found(all, 11, 50) != nil {
		t.Error("a server that is not there was found")
	}
}
