WHERE bookings.id = $1
LIMIT 2
