"""Stripe's record beside ours, object by object, to the minor unit.

| module | its part |
|---|---|
| ``still_open`` | rows of ours that wait for Stripe are asked about every minute |
| ``nouns/`` | each of Stripe's lists beside the rows that stand for it here |
| ``operations`` | what was sent and never answered is looked for |
| ``statement`` | each line of Stripe's statement beside the postings that it explains |
| ``balance`` | what Stripe holds beside the sum of the books |
| ``stages``, ``runs`` | the order of all this, page by page, so that any worker can go on |
| ``differences``, ``alerts`` | what does not agree, until somebody has looked; who is told |
| ``adoption``, ``rebuilding`` | objects that a restored backup does not know |
| ``decisions`` | what a person says about the rest |
| ``suspense`` | money that nobody here owns |

What is missing here is applied by the handlers that a webhook would have come to: compare, catch up, compare again.
"""
