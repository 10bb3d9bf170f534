// A backend in Go. nginx checked the session, so X-Wafer-User names the user who calls.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		response.Header().Set("Content-Type", "application/json; charset=utf-8")
		json.NewEncoder(response).Encode(map[string]string{"hello": request.Header.Get("X-Wafer-User")})
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
