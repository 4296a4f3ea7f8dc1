// What every page loads, put together into static/js/site.js: one request instead of fourteen.
// Each part finds its own elements and does nothing where there are none.
import "./timezone.js";
import "./theme.js";
import "./menus.js";
import "./countdown.js";
import "./submit-once.js";
import "./dialog.js";
import "./upload.js";
import "./suggest.js";
import "./saved.js";
import "./share.js";
import "./live.js";
import "./why.js";
import "./later.js";
