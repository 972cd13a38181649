/**
 * The documentation as a site: all pages of the repository in HTML, the pictures, what the code's
 * Javadoc says, a search over all of it; files that open without a server and load nothing from
 * anywhere. {@link shinso.verify.site.Site} makes it, and fails if a link leads nowhere; {@link
 * shinso.verify.site.MarkdownLinks} says the same of the pages as they lie in the repository.
 */
@NullMarked
package shinso.verify.site;

import org.jspecify.annotations.NullMarked;
