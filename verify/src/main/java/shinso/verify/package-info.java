/**
 * What is checked about the project as a whole and never shipped: its architecture, the snippets in
 * its documentation, and its speed against peers. Only this module may see all others.
 */
@NullMarked
package shinso.verify;

import org.jspecify.annotations.NullMarked;
