"""Twisted's FTP server for tests: runs until it is told to stop.

What it answers is all Twisted's own. Its active data connections come from the address
that the kernel picks, which is 127.0.0.1 also where it is reached at another 127.x.y.z,
and its passive ports are open on every address.
"""
import argparse
import ast
import os
import sys

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import IRealm, Portal
from twisted.internet import reactor
from twisted.protocols.ftp import FTPFactory, FTPShell, IFTPShell
from twisted.python import log
from twisted.python.filepath import FilePath
from zope.interface import implementer

parser = argparse.ArgumentParser()
parser.add_argument('--addr', required=True)
parser.add_argument('--port', type=int, required=True)
parser.add_argument('--data', required=True)
parser.add_argument('--user', required=True)
parser.add_argument('--password', required=True)
parser.add_argument('--uid', type=int)
parser.add_argument('--gid', type=int)
parser.add_argument('--set', action='append', default=[], metavar='NAME=VALUE')
args = parser.parse_args()

# Errors only: at a line for each command the log would be all that it does.
log.startLoggingWithObserver(
    lambda event: event['isError'] and print(log.textFromEventDict(event), file=sys.stderr),
    setStdout=False)


@implementer(IRealm)
class Realm:
    """Gives every user the data directory, with all permissions."""

    def requestAvatar(self, user, mind, *interfaces):
        return IFTPShell, FTPShell(FilePath(args.data)), lambda: None


users = InMemoryUsernamePasswordDatabaseDontUse()
users.addUser(args.user, args.password)
factory = FTPFactory(Portal(Realm(), [users]))
factory.allowAnonymous = False
for setting in args.set:
    name, _, value = setting.partition('=')
    setattr(factory, name, ast.literal_eval(value))
reactor.listenTCP(args.port, factory, backlog=4096, interface=args.addr)

if args.gid is not None:
    os.setgroups([])
    os.setgid(args.gid)
if args.uid is not None:
    os.setuid(args.uid)
reactor.run()
