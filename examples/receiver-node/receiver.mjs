#!/usr/bin/env node
// A sample of a unit's own receiver in JavaScript: keeps a copy of the lists, pushed to it by Jinan Credit.
//
// The copy is in memory and in a file: every message taken becomes a line before it is acknowledged, and a start reads
// them again. What a receiver must do is in ../../docs/delivery.md.

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const LARGEST_BODY = 16 * 1024 * 1024;
const READ_WITHIN = 20_000;
const MESSAGES_KEPT = 10_000;

class Refusal extends Error {
  constructor(status, body) {
    super(`${status}`);
    Object.assign(this, { status, body });
  }
}

const unreadable = (why) => new Refusal(400, { error: why });

// The copy: of each list a position, and by id the version and the entry (null: removed) -------------------------

class Copy {
  constructor(file) {
    this.lists = new Map();
    this.answered = new Map();
    this.file = file;
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    for (const line of lines.filter(Boolean)) this.replay(line);
  }

  replay(line) {
    try {
      const { ended, id, batch } = JSON.parse(line);
      if (ended) this.lists.delete(ended);
      else this.take(id, batch);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error; // a line torn by a kill was never acknowledged
    }
  }

  apply(id, batch) {
    const held = this.lists.get(batch.list)?.position ?? null;
    const seen = this.answered.get(id);
    if (seen && isReached(held, batch.to)) return seen;
    if (!follows(held, batch.from)) {
      throw new Refusal(409, { expected: held ?? `${epochOf(batch.from)}:0` });
    }
    this.keep({ id, batch });
    return this.take(id, batch);
  }

  take(id, batch) {
    const list = this.lists.get(batch.list) ?? { position: null, entries: new Map() };
    this.lists.set(batch.list, list);
    const rejected = [];
    for (const change of batch.changes) {
      const why = whatIsWrong(change);
      if (why) rejected.push({ seq: change.seq, code: "unreadable", message: why });
      else if (change.version > (list.entries.get(change.id)?.version ?? 0)) {
        const entry = change.op === "upsert" ? change.entry : null;
        list.entries.set(change.id, { version: change.version, entry });
      }
    }
    if (!isReached(list.position, batch.to)) list.position = batch.to;
    const answer = rejected.length ? [422, { rejected }] : [200, { acked: batch.to }];
    this.answered.set(id, answer);
    if (this.answered.size > MESSAGES_KEPT) this.answered.delete(this.answered.keys().next().value);
    return answer;
  }

  end(code) {
    this.keep({ ended: code });
    this.lists.delete(code);
  }

  // Written through to the disk: an answer is a promise. The first line break ends what a kill may have left torn.
  keep(line) {
    appendFileSync(this.file, `\n${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  }

  digest(code) {
    const list = this.lists.get(code);
    if (!list) return null;
    const sums = new Array(256).fill(0n);
    let count = 0;
    for (const [id, { version, entry }] of list.entries) {
      if (!entry) continue;
      sums[sha256(id)[0]] += BigInt(`0x${sha256(`${id}:${version}`).toString("hex")}`);
      count += 1;
    }
    const buckets = sums.map((sum) => BigInt.asUintN(256, sum).toString(16).padStart(64, "0"));
    return { list: code, at: list.position, count, buckets };
  }
}

const sha256 = (text) => createHash("sha256").update(text).digest();
const epochOf = (position) => position.split(":")[0];
const numberOf = (position) => Number(position.split(":")[1]);
const isReached = (held, end) => held && epochOf(held) === epochOf(end) && numberOf(held) >= numberOf(end);
// No gap before the batch. What it repeats, because somebody asked for it again, has no effect by its versions.
const follows = (held, start) => (held === null ? numberOf(start) === 0 : isReached(held, start));
const isPosition = (text) => typeof text === "string" && /^[A-Za-z0-9]{1,8}:[0-9]{1,15}$/.test(text);
const isCode = (text) => typeof text === "string" && /^[A-Za-z0-9_-]{1,32}$/.test(text);

// Reading with distrust --------------------------------------------------------------------------------------------

function readBatch(data) {
  const { list, from, to, changes } = data ?? {};
  if (!isCode(list) || !isPosition(from) || !isPosition(to) || !Array.isArray(changes)) throw unreadable("no batch");
  const within = (seq) => Number.isSafeInteger(seq) && numberOf(from) < seq && seq <= numberOf(to);
  if (epochOf(from) !== epochOf(to) || !changes.every((change) => within(change?.seq))) throw unreadable("no batch");
  return { list, from, to, changes };
}

function whatIsWrong({ id, version, op, entry }) {
  if (typeof id !== "string" || !id || id.length > 64) return "no id";
  if (!Number.isSafeInteger(version) || version < 1) return "no version";
  if (op !== "upsert" && op !== "remove") return "neither upsert nor remove";
  if (op === "upsert" && (typeof entry !== "object" || entry === null)) return "no entry";
  return null;
}

async function readBody(request) {
  if (request.headers["content-encoding"]) throw new Refusal(415, { error: "register without gzip" });
  const pieces = [];
  let size = 0;
  for await (const piece of request) {
    size += piece.length;
    if (size <= LARGEST_BODY) pieces.push(piece); // the rest is read and dropped, so that the 413 can be heard
  }
  if (size > LARGEST_BODY) throw new Refusal(413, { error: "too large" });
  return Buffer.concat(pieces);
}

// The HTTP side ----------------------------------------------------------------------------------------------------

function answerTo(raw, headers, copy, webhook) {
  if (!webhook) return answerChallenge(raw);
  const message = webhook.verify(raw, headers);
  const { type, data } = message ?? {};
  if (typeof type !== "string") throw unreadable("not a message");
  if (type === "list.changes") return copy.apply(headers["webhook-id"], readBatch(data));
  if (type === "list.ended") {
    if (!isCode(data?.list)) throw unreadable("no list");
    copy.end(data.list);
  }
  // 2xx without `acked`: the whole list comes again from the start. Better is to load the snapshot, as receiver.py does.
  if (type === "list.resync" && isCode(data?.list)) copy.end(data.list);
  return [200, {}]; // a kind not known yet is meant for receivers that know it
}

// The challenge is not signed: it is answered only while there is no secret yet.
function answerChallenge(raw) {
  const { type, data } = raw.length < 4096 ? JSON.parse(raw) : {};
  if (type !== "endpoint.challenge" || typeof data?.token !== "string") throw new Refusal(401, { error: "no secret" });
  return [200, { token: data.token }];
}

// `/digest/LIST`, for whoever sits at this machine: not for what a proxy passes on.
function answerAbout({ method, url, headers }, copy) {
  const asked = method === "GET" && !headers["x-forwarded-for"] && /^\/digest\/([A-Za-z0-9_-]{1,32})$/.exec(url);
  const digest = asked && copy.digest(asked[1]);
  return digest ? [200, digest] : [404, {}];
}

function refusalFor(error) {
  if (error instanceof Refusal) return error;
  if (error instanceof WebhookVerificationError) return new Refusal(401, { error: error.message });
  if (error instanceof SyntaxError || error instanceof RangeError) return unreadable("not JSON");
  console.error(error);
  return new Refusal(500, { error: "could not be taken" });
}

function serve({ port, data, secret }) {
  const copy = new Copy(data);
  const webhook = secret ? new Webhook(secret) : null;
  const server = createServer({ requestTimeout: READ_WITHIN }, async (request, response) => {
    const send = (status, body) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    try {
      if (request.method === "POST") send(...answerTo(await readBody(request), request.headers, copy, webhook));
      else send(...answerAbout(request, copy));
    } catch (error) {
      if (error.code === "ECONNRESET") return;
      const { status, body } = refusalFor(error);
      send(status, body);
    }
  });
  server.listen(port, "127.0.0.1", () => console.error(`Listening on 127.0.0.1:${server.address().port}.`));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit(0)));
}

const text = (value) => ({ type: "string", default: value });
const { values } = parseArgs({
  options: { port: text("8100"), data: text("receiver.jsonl"), secret: text(process.env.RECEIVER_SECRET ?? "") },
});
serve({ ...values, port: Number(values.port) });
