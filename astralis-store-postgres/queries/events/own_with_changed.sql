-- The meeting itself, and what stands in for changed occurrences of it.
WHERE org_id = $1
  AND id = ANY (
    $2::uuid || ARRAY (
        SELECT changed.id
        FROM events AS changed
        WHERE changed.org_id = $1
          AND changed.series_id = $2
    )
)
  AND source IS NULL
ORDER BY recurrence_id
