"""The load of pyftpdlib's ftpbench ("concurrence", RETR), re-stated.

Debian's package has no ftpbench, so this does by itself what that one does: log sessions in one
after the other with ftplib; then, for each session in turn, TYPE I and RETR, with the data
connections read by an asyncore loop in pieces of 8 KiB; when all have ended, read the replies.
It does that again until all operations are done.
"""
import argparse
import asyncore
import ftplib

PIECE = 8192

parser = argparse.ArgumentParser()
parser.add_argument('--host', required=True)
parser.add_argument('--port', type=int, required=True)
parser.add_argument('--user', required=True)
parser.add_argument('--password', required=True)
parser.add_argument('--path', required=True)
parser.add_argument('--clients', type=int, required=True)
parser.add_argument('--operations', type=int, required=True)
args = parser.parse_args()


class Reader(asyncore.dispatcher):
    """Reads a data connection to its end."""

    def readable(self):
        return True

    def writable(self):
        return False

    def handle_read(self):
        if not self.socket.recv(PIECE):
            self.close()

    def handle_close(self):
        self.close()

    def handle_error(self):
        raise


def login():
    ftp = ftplib.FTP()
    ftp.connect(args.host, args.port)
    ftp.login(args.user, args.password)
    return ftp


clients = [login() for _ in range(args.clients)]
left = args.operations
while left > 0:
    batch = clients[:left]
    left -= len(batch)
    for ftp in batch:
        ftp.voidcmd('TYPE I')
        Reader(ftp.transfercmd('RETR ' + args.path))
    asyncore.loop(use_poll=True)
    for ftp in batch:
        ftp.voidresp()
for ftp in clients:
    ftp.quit()
