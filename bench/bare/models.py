"""A shop and a ledger, as small as they can be."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Category(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    blurb = models.TextField()

    def __str__(self) -> str:
        return self.name


class Seller(models.Model):
    name = models.CharField(max_length=60)
    portrait = models.CharField(max_length=60)
    level = models.SmallIntegerField()

    def __str__(self) -> str:
        return self.name


class Gig(models.Model):
    category = models.ForeignKey(Category, models.PROTECT, db_index=False)
    seller = models.ForeignKey(Seller, models.PROTECT)
    title = models.CharField(max_length=120)
    image = models.CharField(max_length=60)
    tags = models.JSONField()
    price_minor = models.IntegerField()
    minutes = models.IntegerField()
    rating = models.FloatField()
    reviews = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["category", "-rating", "-id"], name="bare_browse")]

    def __str__(self) -> str:
        return self.title


class Order(models.Model):
    gig = models.ForeignKey(Gig, models.PROTECT)
    buyer_id = models.BigIntegerField(db_index=True)
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=20, default="pending")
    total_minor = models.IntegerField()
    placed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Account(models.Model):
    order = models.ForeignKey(Order, models.PROTECT)
    kind = models.CharField(max_length=20)
    balance_minor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.kind


class Transfer(models.Model):
    order = models.ForeignKey(Order, models.PROTECT)
    kind = models.CharField(max_length=20)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.kind


class Entry(models.Model):
    transfer = models.ForeignKey(Transfer, models.PROTECT)
    account = models.ForeignKey(Account, models.PROTECT)
    amount_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.amount_minor)


class Message(models.Model):
    topic = models.CharField(max_length=40)
    payload = models.JSONField()
    written_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.topic
