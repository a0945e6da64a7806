// The page's script calls PlaygroundPage; there is nothing to do by itself.
return 0;
