"""A small inetd for tests: starts a program for each connection, until it is told to stop.

    inetd_server.py ADDR PORT PROGRAM [ARGUMENT…]

The connection is the program's standard input, output and error.
"""
import os
import signal
import socket
import sys

addr, port, argv = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
listener = socket.create_server(
    (addr, port), backlog=4096, family=socket.AF_INET6 if ':' in addr else socket.AF_INET)
# Nobody waits for the programs: the kernel takes them away when they end. They themselves
# may wait for children, so in them the signal is as usual.
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    connection, _ = listener.accept()
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        listener.close()
        for descriptor in (0, 1, 2):
            os.dup2(connection.fileno(), descriptor)
        os.execv(argv[0], argv)
    connection.close()
