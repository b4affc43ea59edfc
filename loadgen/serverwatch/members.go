package serverwatch

// members decides which processes are the server's.
type members struct {
	self           int32 // the load generator
	group, session int32 // 0: they say nothing
	known          map[id]struct{}
}

// found returns the members of the server whose process root is, nil if that is
// not among all, or has ended.
func found(all []process, root, self int32) *members {
	var server, own process
	for _, p := range all {
		switch p.pid {
		case root:
			server = p
		case self:
			own = p
		}
	}
	if server.pid == 0 || server.ended {
		return nil
	}
	m := &members{self: self, known: map[id]struct{}{server.id: {}}}
	if server.group != own.group {
		m.group = server.group
	}
	if server.session == root && server.session != own.session {
		m.session = server.session
	}
	return m
}

// pick returns the members among all, which it reorders. There are none once
// none of those known before is left: the numbers of groups are used again.
func (m *members) pick(all []process) []process {
	at := make(map[int32]int, len(all))
	left := false
	for i, p := range all {
		at[p.pid] = i
		_, ok := m.known[p.id]
		left = left || ok
	}
	if !left {
		clear(m.known)
		return nil
	}
	const yes, no = 1, 2
	verdict := make([]byte, len(all))
	var belongs func(i int) bool
	belongs = func(i int) bool {
		if verdict[i] != 0 {
			return verdict[i] == yes
		}
		verdict[i] = no // should the parents ever go in a circle
		p := all[i]
		_, ok := m.known[p.id]
		ok = ok || m.group != 0 && p.group == m.group || m.session != 0 && p.session == m.session
		if parent, there := at[p.parent]; there && !ok {
			ok = belongs(parent)
		}
		if ok && p.pid != m.self {
			verdict[i] = yes
		}
		return verdict[i] == yes
	}
	for i := range all {
		belongs(i)
	}
	clear(m.known)
	picked := all[:0]
	for i, p := range all {
		if verdict[i] == yes {
			picked = append(picked, p)
			m.known[p.id] = struct{}{}
		}
	}
	return picked
}
