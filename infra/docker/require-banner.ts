/** First line of an ES module bundle: it defines `require`, which bundled CommonJS packages call. */
export const REQUIRE_BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";
