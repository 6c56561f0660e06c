INSERT INTO feeds (org_id, user_id, generation)
VALUES ($1, $2, 1)
ON CONFLICT (org_id, user_id) DO UPDATE SET generation = feeds.generation + 1
RETURNING generation
