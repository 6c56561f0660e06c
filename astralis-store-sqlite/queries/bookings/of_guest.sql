WHERE bookings.id = ?1
