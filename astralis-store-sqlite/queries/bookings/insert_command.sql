INSERT INTO commands (org_id, id, fingerprint, receipt, carried_out_at)
VALUES (?1, ?2, ?3, ?4, ?5)
