// An FTP server for tests that stands in front of another one and says hostile
// things on its behalf: its greeting, its refusals and its errors hold markup.
// Data connections pass it by.
import net from 'node:net';

// What would run, or be obeyed otherwise, if a page took a server's words for
// markup. Each leaves a trace in window.__pwned.
export const hostile = {
  banner: '<script>window.__pwned=1</script>',
  error: '/pub/<img src=x onerror="window.__pwned=2">.bin: no such file',
  refusal: 'Too many users </script></style><svg onload="window.__pwned=3">',
  file: '<b onmouseover="window.__pwned=4">it\'s & "new".bin',
};

// front listens on a free port of 127.0.0.1 and passes on to the server at
// 127.0.0.1:port, but for every failEvery-th download and the commands that refused
// matches, which it refuses. close ends it.
export async function front(port, { failEvery = Infinity, refused = /(?!)/ }) {
  const open = new Set();
  let downloads = 0;
  const server = net.createServer((client) => {
    client.setNoDelay(true);
    client.on('error', () => {});
    open.add(client);
    const upstream = net.connect(port, '127.0.0.1');
    upstream.setNoDelay(true);
    upstream.on('error', () => client.destroy());
    client.on('close', () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.end());

    lines(client, (line) => {
      if (/^RETR /i.test(line) && ++downloads % failEvery === 0) {
        client.write(`550 ${hostile.error}\r\n`);
        return;
      }
      if (refused.test(line)) {
        client.write(`500 ${hostile.error}\r\n`);
        return;
      }
      upstream.write(line + '\r\n');
    });
    let greeted = false;
    lines(upstream, (line) => {
      if (!greeted && line.startsWith('220 ')) {
        greeted = true;
        line = `220 ${hostile.banner} ready`;
      }
      client.write(line + '\r\n');
    });
  });
  await new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', ready);
  });
  return {
    url: `ftp://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      for (const client of open) client.destroy();
    },
  };
}

// store puts a file of so many bytes on the server at port.
export async function store(port, name, bytes) {
  const control = net.connect(port, '127.0.0.1');
  const replies = [];
  let wake = () => {};
  control.on('close', () => wake(new Error('the control connection ended')));
  lines(control, (line) => {
    if (/^\d{3} /.test(line)) {
      replies.push(line);
      wake();
    }
  });
  // reply waits for the next final line and wants it to begin with one of codes.
  const reply = async (...codes) => {
    if (replies.length === 0) {
      await new Promise((ready, failed) => (wake = (err) => (err ? failed(err) : ready())));
    }
    const line = replies.shift();
    if (!codes.some((code) => line.startsWith(code))) throw new Error(`the server says ${line}`);
    return line;
  };
  await reply('220');
  for (const [command, ...codes] of [['USER anonymous', '331', '230'], ['PASS x', '230', '202'], ['TYPE I', '200']]) {
    control.write(command + '\r\n');
    await reply(...codes);
  }
  control.write('EPSV\r\n');
  const data = net.connect(Number(/\|\|\|(\d+)\|/.exec(await reply('229'))[1]), '127.0.0.1');
  control.write(`STOR ${name}\r\n`);
  await reply('150', '125');
  data.end(Buffer.alloc(bytes));
  await reply('226');
  control.end();
}

// lines calls back with each line that comes, without its end.
function lines(socket, each) {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    const parts = (rest + chunk).split('\r\n');
    rest = parts.pop();
    parts.forEach(each);
  });
}
