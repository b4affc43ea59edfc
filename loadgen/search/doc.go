// Package search finds the highest level of a load that a target holds: up in
// steps that grow, then down between what was held and what was not, then the
// found level once more. It measures nothing itself: it asks for a level and is
// told what came of it.
package search
