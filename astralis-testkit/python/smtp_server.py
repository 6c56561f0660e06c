"""A real SMTP server for one test: STARTTLS and a login are demanded.

Arguments: certificate, key, user, password. Prints its port, and then a line of JSON for each mail.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

certificate, key, user, password = sys.argv[1:]


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "content": envelope.original_content.decode("utf-8"),
        }
        print(json.dumps(mail), flush=True)
        return "250 it is mine now"


def authenticate(server, session, envelope, mechanism, login):
    known = (login.login, login.password) == (user.encode(), password.encode())
    # Not `handled`: the server itself is to answer 535 to a wrong password.
    return AuthResult(success=known, handled=False)


def conversation():
    return SMTP(
        Handler(),
        hostname="localhost",
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )


async def serve():
    server = await asyncio.get_running_loop().create_server(conversation, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
asyncio.run(serve())
