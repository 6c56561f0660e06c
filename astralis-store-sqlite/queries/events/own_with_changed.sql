-- The meeting itself, and what stands in for changed occurrences of it.
WHERE org_id = ?1
  AND id IN (
    SELECT ?2
    UNION ALL
    SELECT changed.id
    FROM events AS changed INDEXED BY events_recurrence_id
    WHERE changed.org_id = ?1
      AND changed.series_id = ?2
)
  AND source IS NULL
ORDER BY recurrence_id
