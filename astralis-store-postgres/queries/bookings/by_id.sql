WHERE bookings.org_id = $1
  AND bookings.id = $2
