"""A relay on loopback that keeps each letter as a file: sink.py PORT_FILE FOLDER"""
import pathlib
import socketserver
import sys

port_file, folder = map(pathlib.Path, sys.argv[1:])


class Session(socketserver.StreamRequestHandler):
    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self):
        self.say("220 sink.test ESMTP")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"EHLO":
                    self.say("250-sink.test", "250-PIPELINING", "250-8BITMIME", "250 SMTPUTF8")
                case b"DATA":
                    self.say("354 go on")
                    letter = list(iter(self.rfile.readline, b".\r\n"))
                    (folder / f"{len(list(folder.iterdir()))}.eml").write_bytes(b"".join(letter))
                    self.say("250 kept")
                case b"QUIT":
                    return self.say("221 bye")
                case _:
                    self.say("250 fine")


folder.mkdir(parents=True)
with socketserver.TCPServer(("127.0.0.1", 0), Session) as server:
    port_file.write_text(str(server.server_address[1]))
    server.serve_forever()
