"""A pyftpdlib server for tests: runs until it is told to stop.

It logs each transfer, in a line of JSON, to the file given by --transfers.
"""
import argparse
import ast
import json
import logging
import os
import sys

from pyftpdlib import servers
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler

parser = argparse.ArgumentParser()
parser.add_argument('--addr', required=True)
parser.add_argument('--port', type=int, required=True)
parser.add_argument('--data', required=True)
parser.add_argument('--user', required=True)
parser.add_argument('--password', required=True)
parser.add_argument('--transfers', required=True)
parser.add_argument('--passive-first', type=int, required=True)
parser.add_argument('--passive-last', type=int, required=True)
parser.add_argument('--max-clients', type=int, default=0)
parser.add_argument('--max-per-ip', type=int, default=0)
parser.add_argument('--tls', choices=('off', 'explicit', 'implicit'), default='off')
parser.add_argument('--certificate')
parser.add_argument('--uid', type=int)
parser.add_argument('--gid', type=int)
parser.add_argument('--set', action='append', default=[], metavar='NAME=VALUE')
args = parser.parse_args()

logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
transfers = open(args.transfers, 'a', buffering=1)

base = FTPHandler
if args.tls != 'off':
    from pyftpdlib.handlers import TLS_FTPHandler
    base = TLS_FTPHandler
if args.tls == 'implicit':
    class ImplicitHandler(TLS_FTPHandler):
        """TLS from the first byte, and data connections protected without PROT P."""

        def handle(self):
            self.secure_connection(self.ssl_context)
            self._pbsz = True
            self._prot = True
            super().handle()

        def ftp_AUTH(self, line):
            self.respond('503 This is TLS already.')
    base = ImplicitHandler


class Handler(base):
    authorizer = DummyAuthorizer()
    passive_ports = range(args.passive_first, args.passive_last + 1)
    timeout = 0  # an idle session stays
    auth_failed_timeout = 0
    max_login_attempts = 1000000
    stock = False  # True: with the fault that is mended below

    def _on_dtp_connection(self):
        # pyftpdlib 1.5.7 keeps the object that made an active connection, and closes it
        # at the next PORT or EPRT. By then its descriptor's number may be that of another
        # session's connect, which the event loop would so be made to forget: that
        # session waits 30 s and gets a 421. Concurrent active sessions lose transfers
        # all the time.
        if not self.stock:
            self._dtp_connector = None
        super()._on_dtp_connection()

    def log_transfer(self, cmd, filename, receive, completed, elapsed, bytes):
        transfers.write(json.dumps({
            'upload': bool(receive),
            'bytes': bytes,
            'path': os.fsdecode(filename),
            'complete': bool(completed),
        }) + '\n')


for setting in args.set:
    name, _, value = setting.partition('=')
    setattr(Handler, name, ast.literal_eval(value))
if args.tls != 'off':
    Handler.certfile = args.certificate
    Handler.ssl_context = Handler.get_ssl_context()  # now: the key is root's

server = servers.FTPServer((args.addr, args.port), Handler, backlog=4096)
# The limit on clients counts sockets, the listening one too.
server.max_cons = args.max_clients + 1 if args.max_clients else 0
server.max_cons_per_ip = args.max_per_ip

if args.gid is not None:
    os.setgroups([])
    os.setgid(args.gid)
if args.uid is not None:
    os.setuid(args.uid)
# After the change of user, who must be able to enter the directory.
Handler.authorizer.add_user(args.user, args.password, args.data, perm='elradfmwMT')
server.serve_forever(handle_exit=True)
