/** That no row of the catalogue is forgotten. */
@NullMarked
package shinso.verify.catalogue;

import org.jspecify.annotations.NullMarked;
