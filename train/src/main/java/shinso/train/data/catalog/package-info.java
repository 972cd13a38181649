/**
 * The well-known data sets: where they come from, what their files must be, and where they lie on
 * this machine.
 *
 * <p>A {@link shinso.train.data.catalog.KnownSet} in the {@link shinso.train.data.catalog.Catalog}
 * is loaded from, checked in and downloaded to the {@link shinso.train.data.catalog.DataFolder},
 * one sub-folder a set. Nothing is downloaded unless it is asked for by name. {@link
 * shinso.train.data.catalog.Download} trusts no server: a file gets its name when its checksum is
 * right, and not before.
 */
@NullMarked
package shinso.train.data.catalog;

import org.jspecify.annotations.NullMarked;
