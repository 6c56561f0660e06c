INSERT INTO users (
    org_id, id, slug, name, email, time_zone, role, active, email_key, schedule, schedule_version
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
