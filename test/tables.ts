// Makes every generated table of the documents. With --check it writes nothing, and the process exits 1 on a difference.
// HANGUP_FULL=1 lets the tables compare every SDK.
import './full/table.ts';
import './managers/table.ts';
import './upstream/table.ts';
import './contract/table.ts';
import './contract/before-after.ts';
import './ws/sdks/table.ts';
import '../tools/docs-errors.ts';
import '../tools/docs-limits.ts';
