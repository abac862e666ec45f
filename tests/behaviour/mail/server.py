"""A mail server that keeps what it is sent, and answers as a file says: the folder, a certificate and its key, a name and a
password. Prints its port. Only who signs in over TLS may send."""

import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, certificate, key, user, password = sys.argv[1:]
folder = pathlib.Path(folder)


def mode():
    """ok, or what is answered otherwise: `rcpt CODE text`, `data CODE text`, hang, slow, late, drop,
    `over ADDRESS CODE text` and `gone ADDRESS` at one recipient, `once` a letter a connection, `plain` without TLS."""
    try:
        return (folder / "mode").read_text().strip()
    except FileNotFoundError:
        return "ok"


class Handler:
    kept = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode().startswith("rcpt "):
            return mode()[5:]
        if mode().startswith(f"over {address} "):
            return mode().split(" ", 2)[2]
        if mode() == f"gone {address}":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if mode().startswith("data "):
            return mode()[5:]
        Handler.kept += 1
        name = f"{Handler.kept:04}-{id(self)}"
        aside = folder / f".{name}"
        lines = f"X-Mail-From: {envelope.mail_from}\r\nX-Rcpt-To: {','.join(envelope.rcpt_tos)}\r\n"
        aside.write_bytes(lines.encode() + envelope.content)
        aside.rename(folder / f"{name}.eml")
        if mode() == "late":
            await asyncio.sleep(0.3)
        if mode() == "slow":
            await asyncio.sleep(3)
        if mode() == "once":
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        if mode() == "hang":
            await asyncio.sleep(3600)
        if mode() == "drop":
            server.transport.abort()
        return "250 OK"


def signed_in(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (user.encode(), password.encode()))


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def connection():
        if mode() == "plain":
            return SMTP(Handler())
        return SMTP(Handler(), require_starttls=True, tls_context=context, auth_required=True, authenticator=signed_in)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
