/**
 * The results of recipes that the documentation shows: kept in files as the runs left them, and
 * written into one page from there, so that no number stands anywhere by hand.
 */
@NullMarked
package shinso.verify.results;

import org.jspecify.annotations.NullMarked;
