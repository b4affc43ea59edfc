package workers

import "strings"

// withoutPassword takes a password out of what a server said: some repeat what
// they were told. Replies are kept without blanks at their ends and without
// bytes that are not UTF-8, and so is the password in them.
func withoutPassword(text, password string) string {
	valid := strings.ToValidUTF8(password, "\uFFFD")
	for _, p := range []string{password, valid, strings.TrimSpace(password), strings.TrimSpace(valid)} {
		if p != "" {
			text = strings.ReplaceAll(text, p, "***")
		}
	}
	return text
}
