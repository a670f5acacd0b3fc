// Package view has every wire form of a fact, each a small type with the function that makes it.
package view
