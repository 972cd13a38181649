/**
 * The server of the dashboard: a listener on this machine's loopback address that only answers
 * whoever holds its token ({@link shinso.dashboard.web.Guard}). A feature is a list of {@link
 * shinso.dashboard.web.Route}s: a method, a path, and a handler that turns a {@link
 * shinso.dashboard.web.Request} into an {@link shinso.dashboard.web.Answer}.
 */
@NullMarked
package shinso.dashboard.web;

import org.jspecify.annotations.NullMarked;
