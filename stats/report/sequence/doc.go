// Package sequence draws what a session and its server said to each other as a
// sequence chart: client and server as two lines, time running down, and an arrow
// for each thing that was sent. It is for seeing how active and passive mode
// differ on one server; how fast they are is for a comparison to say.
package sequence
