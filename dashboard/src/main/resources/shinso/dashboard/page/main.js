// The page. The token has done its work when the page is here; it leaves the address.
history.replaceState(null, "", location.pathname + location.hash);
