"""aioftp's server for tests: runs until it is told to stop."""
import argparse
import ast
import asyncio
import logging
import os
import pathlib
import signal
import sys

import aioftp

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

logging.basicConfig(level=logging.ERROR, stream=sys.stderr)


async def serve():
    settings = {name: ast.literal_eval(value)
                for name, _, value in (s.partition('=') for s in args.set)}
    user = aioftp.User(args.user, args.password, base_path=pathlib.Path(args.data))
    server = aioftp.Server([user], **settings)
    await server.start(args.addr, args.port, backlog=4096)
    if args.gid is not None:
        os.setgroups([])
        os.setgid(args.gid)
    if args.uid is not None:
        os.setuid(args.uid)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


asyncio.run(serve())
