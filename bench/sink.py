"""A receiver that does nothing but read the body and say 200: `python -m bench.sink`. Prints its port first."""

import asyncio

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Sink(asyncio.Protocol):
    def __init__(self) -> None:
        self._head = b""
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._left:
            taken = min(self._left, len(data))
            self._left -= taken
            if self._left:
                return
            self._transport.write(ANSWER)
            data = data[taken:]
        self._head += data
        while (end := self._head.find(b"\r\n\r\n")) >= 0:
            length = self._head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            body = self._head[end + 4 :]
            missing = int(length or 0) - len(body)
            if missing > 0:
                self._head, self._left = b"", missing
                return
            self._head = body[len(body) + missing :]
            self._transport.write(ANSWER)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
