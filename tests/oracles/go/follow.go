// Follows a served log with Go's own packages: follow ADDRESS KEY OLD INDEX < LEAF
//
// The checkpoint is opened with KEY, every tile is checked against its root, LEAF is proved to be event INDEX, and the
// log of OLD events to be the beginning of it. Prints the size, and the roots of both in hexadecimal.
package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ address string }

func (tiles) Height() int { return 8 }

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range asked {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		body, err := get(t.address + "/" + path)
		if err != nil {
			return nil, err
		}
		found = append(found, body)
	}
	return found, nil
}

func get(address string) ([]byte, error) {
	answer, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	must(err)
	return n
}

func main() {
	address, old, index := os.Args[1], number(os.Args[3]), number(os.Args[4])
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	signed, err := get(address + "/checkpoint")
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size := number(lines[1])
	encoded, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	var root tlog.Hash
	copy(root[:], encoded)

	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles{address})
	leaf, err := io.ReadAll(os.Stdin)
	must(err)
	path, err := tlog.ProveRecord(size, index, reader)
	must(err)
	must(tlog.CheckRecord(path, size, root, index, tlog.RecordHash(leaf)))
	before, err := tlog.TreeHash(old, reader)
	must(err)
	proof, err := tlog.ProveTree(size, old, reader)
	must(err)
	must(tlog.CheckTree(proof, size, root, old, before))
	fmt.Printf("%d\n%x\n%x\n", size, root[:], before[:])
}
