/** The site of the documentation: what is made, and that what leads nowhere is found. */
@NullMarked
package shinso.verify.site;

import org.jspecify.annotations.NullMarked;
