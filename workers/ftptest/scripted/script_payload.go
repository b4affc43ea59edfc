package scripted

import "time"

// Download says what RETR, LIST, NLST and MLSD send.
type Download struct {
	// Size is the size of every file that was not uploaded and is not in
	// Sizes. Byte i of a file is i modulo 251.
	Size int64
	// Sizes are by name, without a leading slash. A negative one is a file
	// that does not exist: RETR, SIZE, DELE and RNFR answer 550.
	Sizes map[string]int64
	// Listings are the payloads by verb; where there is none, a line for each
	// existing file of Sizes in the verb's format.
	Listings map[string]string

	// Extra is how many bytes of a file RETR sends beyond the size that SIZE
	// answers.
	Extra int64
	// Stop ends the data connection after StopAfter bytes of this transfer's
	// payload, if it is that long; the completion follows. With EndHold the
	// transfer stalls there: no completion, the session reads on.
	Stop      End
	StopAfter int64
	// End ends the data connection after the whole payload. With EndHold
	// there is no end of file, but the completion is sent.
	End End

	Pace Pace
}

// Upload says how STOR and APPE receive.
type Upload struct {
	// Stop ends the data connection once StopAfter bytes are read, without
	// looking for the end of file; the completion follows. With EndHold the
	// transfer stalls there: no completion, the session reads on.
	Stop      End
	StopAfter int64
	// End ends the data connection once the client's end of file is read.
	// With EndHold the server's side stays open, and the completion is sent.
	End End
	// Existing is what STOR does with a name that is there already. ExistingReply
	// takes the place of the 553 of RefuseExisting.
	Existing      Existing
	ExistingReply Reply
	// ReceiveBuffer is the socket's receive buffer in bytes; zero leaves the
	// kernel's, which takes megabytes before a stall can be felt. Keep it at
	// 32 KiB or more: into less than that Linux's loopback segments do not
	// fit, and each is dropped and sent again, which takes seconds.
	ReceiveBuffer int

	Pace Pace
}

// Pace moves a payload in pieces.
type Pace struct {
	// Chunk is the most bytes of one write or read; zero means 64 KiB.
	Chunk int
	// Pause lies between two pieces.
	Pause time.Duration
}

func (p Pace) chunk() int64 {
	if p.Chunk > 0 {
		return int64(p.Chunk)
	}
	return 64 << 10
}

// Existing is what STOR does with a name that is there already. A script
// without a Tree counts only uploads as being there.
type Existing int

const (
	// ReplaceExisting writes over it.
	ReplaceExisting Existing = iota
	// RefuseExisting refuses the upload, as ProFTPD's AllowOverwrite off does.
	RefuseExisting
	// RenameUpload stores the upload beside it, as name.1, name.2 and so on,
	// and says so in the completion reply.
	RenameUpload
	// RenameUploadUntold does the same and says nothing, as Pure-FTPd does
	// with -r.
	RenameUploadUntold
)

// Pending is what a passive port to which nobody connects does.
type Pending struct {
	// Holds is how long the next command is held up. Zero is not at all.
	Holds time.Duration
	// Reply is sent when that time is over, before the next command is read
	// and besides its own reply. The zero value is a 550.
	Reply Reply
}
