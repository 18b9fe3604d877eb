"""The pages, one module for each: ``add(pages)`` says where they are and who may see them."""
