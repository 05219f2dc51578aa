// A mailing as one would write it with nodemailer's pool: no ledger.
//
//     node nodemailer.mjs LIST LETTER PORT CONNECTIONS LETTERS
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { createTransport } = createRequire(`${process.cwd()}/`)('nodemailer');
const [list, letter, port, connections, letters] = process.argv.slice(2);
const [head, ...rows] = readFileSync(list, 'utf8').trim().split('\n').map((line) => line.split(';'));
const template = readFileSync(letter, 'utf8');
const relay = createTransport({
  host: '127.0.0.1', port: Number(port), pool: true, maxConnections: Number(connections), maxMessages: Infinity, ignoreTLS: true,
});
await Promise.all(rows.slice(0, Number(letters)).map((row) => {
  const values = { event: '«Осень»', ...Object.fromEntries(head.map((name, at) => [name, row[at]])) };
  const text = template.replace(/\{\{ (\S+) \}\}/g, (_, name) => values[name]);
  return relay.sendMail({
    from: '"Дирекция" <invite@sender.test>', to: values.email, subject: 'О семинаре', text, html: `<p>${text}</p>`,
  });
}));
relay.close();
