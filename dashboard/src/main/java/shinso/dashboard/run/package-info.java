/**
 * Runs as the page sees them: {@link shinso.dashboard.run.Runs} is the folder that all of them lie
 * in and lets no name lead out of it; the other classes read one kind of thing each and give it to
 * the page.
 */
@NullMarked
package shinso.dashboard.run;

import org.jspecify.annotations.NullMarked;
