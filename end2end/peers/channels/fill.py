"""Makes the tables, one room, and so many people who are in it and signed in.

Writes `cookies`, one line per person, beside the database, and prints the room's id.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peer.settings")

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import transaction

from messaging.models import ChatRoom

call_command("migrate", run_syncdb=True, verbosity=0)
User = get_user_model()
count = int(sys.argv[1])
with transaction.atomic():
    # Nobody signs in by password here, so that one unusable one will do.
    User.objects.bulk_create([User(username=f"bench{i}", password="!unusable") for i in range(count)], batch_size=500)
    people = list(User.objects.order_by("id"))
    room = ChatRoom.objects.create(name="Room 0")
    room.members.add(*people)
    with open(os.path.join(os.environ["PEER_DATA"], "cookies"), "w") as cookies:
        for person in people:
            session = SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.create()
            cookies.write(f"sessionid={session.session_key}\n")
print(room.id)
