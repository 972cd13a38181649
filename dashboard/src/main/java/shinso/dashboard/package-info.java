/**
 * The dashboard: a web page, on this machine alone, of all runs and of what their models can do.
 */
@NullMarked
package shinso.dashboard;

import org.jspecify.annotations.NullMarked;
