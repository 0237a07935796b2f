"""The original's socket of a room."""

import json
import re

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import get_user_model

from .models import ChatMessage, ChatRoom

MENTION = re.compile(r"@(\w+)")


class ChatRoomConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_id = self.scope["url_route"]["kwargs"]["room_id"]
        self.group = f"chat_room_{self.room_id}"
        self.user = self.scope["user"]
        if not self.user.is_authenticated or not await self.is_member():
            await self.close()
            return
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data):
        data = json.loads(text_data)
        kind = data.get("type")
        if kind == "chat_message":
            text = data.get("message", "").strip()
            if text:
                await self.channel_layer.group_send(self.group, await self.save(text))
        elif kind in ("typing", "stop_typing"):
            event = {"type": f"user_{kind}", "user_id": self.user.id, "username": self.user.username}
            await self.channel_layer.group_send(self.group, event)
        elif kind == "ping":
            await self.send(text_data=json.dumps({"type": "pong"}))

    async def chat_message(self, event):
        await self.send(text_data=json.dumps(event))

    async def user_typing(self, event):
        if event["user_id"] != self.user.id:
            await self.send(text_data=json.dumps(event))

    async def user_stop_typing(self, event):
        await self.user_typing(event)

    @database_sync_to_async
    def is_member(self):
        return ChatRoom.objects.filter(id=self.room_id, members=self.user).exists()

    @database_sync_to_async
    def save(self, text):
        message = ChatMessage.objects.create(chat_room_id=self.room_id, author=self.user, content=text)
        names = MENTION.findall(text)
        mentioned = list(get_user_model().objects.filter(username__in=names)) if names else []
        if mentioned:
            message.mentioned_users.set(mentioned)
        return {
            "type": "chat_message",
            "message_id": message.id,
            "user_id": self.user.id,
            "username": self.user.username,
            "message": text,
            "timestamp": message.created_at.isoformat(),
            "mentioned_users": [user.username for user in mentioned],
        }
