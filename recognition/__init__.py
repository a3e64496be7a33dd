"""Reading plates and container numbers in lane images, and checking declared ones against them."""
