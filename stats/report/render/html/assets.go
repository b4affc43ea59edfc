package html

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"
)

// uplotVersion is the charts' library, as npm has it: MIT licence, its files
// unchanged.
const uplotVersion = "1.6.32"

//go:embed assets
var files embed.FS

// assets are what every page holds beside its report.
type assets struct {
	template *template.Template

	Style, ChartStyle   template.CSS
	Script, ChartScript template.JS
	License             string
	Version             string
	Policy              string
}

// load reads the assets and says which styles and scripts the page may have:
// those, by their hashes, and no others.
func load() (*assets, error) {
	a := &assets{Version: uplotVersion}
	var failed error
	read := func(name string) string {
		b, err := files.ReadFile("assets/" + name)
		if err != nil && failed == nil {
			failed = err
		}
		return string(b)
	}
	library := "uplot-" + uplotVersion + "/"
	style, script := read("page.css"), read("page.js")
	chartStyle, chartScript := read(library+"uPlot.min.css"), strings.TrimSpace(read(library+"uPlot.iife.min.js"))
	a.License = read(library + "LICENSE")
	text := read("page.html")
	if failed != nil {
		return nil, failed
	}
	a.Style, a.ChartStyle = template.CSS(style), template.CSS(chartStyle)
	a.Script, a.ChartScript = template.JS(script), template.JS(chartScript)
	a.Policy = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src " +
		hashOf(style) + " " + hashOf(chartStyle) + "; script-src " + hashOf(script) + " " + hashOf(chartScript)
	var err error
	a.template, err = template.New("page.html").Funcs(template.FuncMap{
		"variant": variantClass,
		"sum":     func(a, b int) int { return a + b },
	}).Parse(text)
	return a, err
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
