UPDATE users
SET slug = ?3, name = ?4, email = ?5, time_zone = ?6, role = ?7, active = ?8, email_key = ?9
WHERE org_id = ?1
  AND id = ?2
